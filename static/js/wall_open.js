// A screen's secret stands behind # in its address, which browsers never send: it is given back once, in a form, and taken
// out of the address at once.
const field = document.getElementById("wall-token"), form = field.form;
const secret = (text) => text.trim().replace(/^.*#/, "");
form.addEventListener("submit", () => { field.value = secret(field.value); });
if (location.hash.length > 1) {
  field.value = secret(location.hash);
  history.replaceState(null, "", location.pathname);
  form.submit();
}
