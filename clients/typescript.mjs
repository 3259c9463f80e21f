// How the TypeScript client is made (scripts/clients). Its modules name each other with the extension that they have once
// they are compiled: what comes out runs in Node.js and in browsers as it is.
export default {
  input: "./clients/openapi.json",
  output: { path: "./clients/typescript/src", importFileExtension: ".js" },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
