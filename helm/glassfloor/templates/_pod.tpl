{{/* What every pod has: nobody's rights, no token, a read-only image. Takes the root. */}}
{{- define "glassfloor.pod" -}}
serviceAccountName: {{ include "glassfloor.name" . }}
{{ include "glassfloor.podBase" . }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same without the service account, which does not exist yet when the migration of an installation runs. */}}
{{- define "glassfloor.podBase" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What every container has. Takes the root. */}}
{{- define "glassfloor.container" -}}
image: {{ include "glassfloor.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* The environment: the fixed part, then the named secrets by reference. Takes (list root secretName...). */}}
{{- define "glassfloor.environment" -}}
{{- $root := first . -}}
envFrom:
  - configMapRef:
      name: {{ include "glassfloor.name" $root }}-settings
env:
  {{- include "glassfloor.secrets" . | nindent 2 }}
{{- end -}}

{{/* The secret of the bucket for recordings, for the processes that reach it. Takes the root. */}}
{{- define "glassfloor.bucket" -}}
{{- if .Values.secrets.GF_S3_SECRET }}
{{- include "glassfloor.secrets" (list . "GF_S3_SECRET") }}
{{- end }}
{{- end -}}

{{/* Secrets by reference. Takes (list root secretName...). */}}
{{- define "glassfloor.secrets" -}}
{{- $root := first . -}}
{{- range rest . }}
{{- $source := index $root.Values.secrets . }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $source.name }}
      key: {{ $source.key }}
{{- end }}
{{- end -}}

{{/* Pods start anew when a plain setting changes. Takes the root. */}}
{{- define "glassfloor.podAnnotations" -}}
checksum/settings: {{ toYaml .Values.settings | sha256sum }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
