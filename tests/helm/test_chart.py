from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

CHART = Path(__file__).resolve().parents[2] / "helm" / "glassfloor"
FULL = CHART / "ci" / "full.yaml"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Helm = Callable[..., subprocess.CompletedProcess[str]]

KEYS = {"GF_CONTEXT_KEY", "GF_SIGNING_KEY", "GF_MASTER_KEY"}
ALLOWED_SECRETS = {
    "web": {"GF_APP_DSN", "GF_CONTROL_DSN", "REDIS_URL", *KEYS},
    "engine": {"GF_APP_DSN", "GF_CONTROL_DSN", "REDIS_URL", *KEYS, "ARI_URL", "ARI_PASSWORD"},
    "worker": {"GF_APP_DSN", "GF_WORKER_DSN", "GF_SEALER_DSN", "GF_CONTROL_DSN", "REDIS_URL", *KEYS},
    "mover": {"GF_MIGRATOR_DSN", "GF_APP_DSN", "GF_CONTROL_DSN", "REDIS_URL", *KEYS},
    "migration": {"GF_MIGRATOR_DSN", "GF_MASTER_KEY"},
}
WRONG_VALUES = [
    "image.tag=latest",
    "image.digest=sha256:short",
    "web.replicas=0",
    "web.replica=2",
    "web.resources.limits.memory=null",
    "web.resources.requests.cpu=lots",
    "engine.floors=null",
    "engine.floors[0]=Main Floor",
    "service.port=70000",
    "secrets.GF_APP_DSN.name=null",
    "secrets.GF_APP_DSN=postgresql://in-the-clear",
    "settings.GF_APP_DSN=postgresql://in-the-clear",
    "settings.GF_CONTEXT_KEY=in-the-clear",
    "settings.PATH=/tmp",
    "recordings.accessModes[0]=ReadOnlyMany",
    "networkPolicy.enabled=maybe",
    "surprise=1",
]


def one(manifests: list[Manifest], kind: str, ending: str) -> Manifest:
    found = [each for each in manifests if each["kind"] == kind and each["metadata"]["name"].endswith(ending)]
    assert len(found) == 1, (kind, ending)
    return found[0]


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """The pod template of every workload, with the name of its container."""
    for manifest in manifests:
        if manifest["kind"] in {"Deployment", "StatefulSet", "Job"}:
            template = manifest["spec"]["template"]
            yield template["spec"]["containers"][0]["name"], template


@pytest.mark.parametrize("values", [(), ("-f", FULL)], ids=["defaults", "full"])
def test_the_chart_is_clean_and_its_objects_are_what_kubernetes_takes(
    helm: Helm, render: Render, values: tuple[str | Path, ...]
) -> None:
    lint = helm("lint", "--strict", CHART, *values)
    assert lint.returncode == 0, lint.stdout
    manifests = render(*values)
    assert len(manifests) >= 12
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_every_pod_has_the_least_rights(render: Render) -> None:
    found = list(pods(render("-f", FULL)))
    assert [name for name, _ in found].count("engine") == 2
    assert {name for name, _ in found} == set(ALLOWED_SECRETS)
    for name, template in found:
        spec = template["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["imagePullSecrets"] == [{"name": "images"}]
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]
            assert {"name": "scratch", "mountPath": "/tmp"} in container["volumeMounts"]  # noqa: S108 - a mount


def test_each_process_gets_only_its_own_secrets_and_only_by_reference(render: Render) -> None:
    seen = 0
    for name, template in pods(render()):
        container = template["spec"]["containers"][0]
        by_reference = {entry["name"] for entry in container["env"] if "valueFrom" in entry}
        assert by_reference == ALLOWED_SECRETS[name]
        assert {entry["name"] for entry in container["env"] if "value" in entry} <= {"GF_FLOOR"}
        seen += len(by_reference)
    assert seen == sum(len(names) for names in ALLOWED_SECRETS.values())


def test_engines_and_the_bucket_get_their_secrets_where_they_are_named(render: Render) -> None:
    names = ("--set", "secrets.GF_ENGINES.name=phones", "--set", "secrets.GF_ENGINES.key=engines")
    bucket = ("--set", "secrets.GF_S3_SECRET.name=store", "--set", "secrets.GF_S3_SECRET.key=s3")
    turn = ("--set", "secrets.GF_TURN_SECRET.name=turn", "--set", "secrets.GF_TURN_SECRET.key=secret")
    given: dict[str, dict[str, Manifest]] = {}
    for name, template in pods(render(*names, *bucket, *turn, "--set", "engine.floors={main,north}")):
        env = [entry for entry in template["spec"]["containers"][0]["env"] if "valueFrom" in entry]
        assert len({entry["name"] for entry in env}) == len(env)
        given[name] = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in env}
    more = {name: set(found) - ALLOWED_SECRETS[name] for name, found in given.items()}
    assert more == {
        "engine": {"GF_ENGINES", "GF_S3_SECRET"}, "web": {"GF_S3_SECRET", "GF_TURN_SECRET"}, "worker": {"GF_S3_SECRET"},
        "mover": set(), "migration": set(),
    }  # fmt: skip
    assert given["engine"]["GF_ENGINES"] == {"name": "phones", "key": "engines"}
    assert given["worker"]["GF_S3_SECRET"] == {"name": "store", "key": "s3"}


def test_the_chart_carries_no_secret(render: Render) -> None:
    manifests = render("-f", FULL)
    assert not [each for each in manifests if each["kind"] == "Secret"]
    settings = one(manifests, "ConfigMap", "-settings")["data"]
    assert settings["GF_PUBLIC_URL"] == "https://calls.example"
    assert all(isinstance(value, str) for value in settings.values())


def test_the_web_is_probed_and_leaves_gently(render: Render) -> None:
    web = one(render(), "Deployment", "-web")
    spec = web["spec"]["template"]["spec"]
    container = spec["containers"][0]
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "5"]
    assert spec["terminationGracePeriodSeconds"] == 60
    assert web["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert web["spec"]["replicas"] == 2


def test_with_autoscaling_nobody_else_counts_the_replicas(render: Render) -> None:
    manifests = render("--set", "web.autoscaling.enabled=true")
    assert "replicas" not in one(manifests, "Deployment", "-web")["spec"]
    assert one(manifests, "HorizontalPodAutoscaler", "-web")["spec"]["maxReplicas"] == 10


def test_selectors_match_the_pods_that_they_mean(render: Render) -> None:
    manifests = render("-f", FULL)
    labels = [template["metadata"]["labels"] for _, template in pods(manifests)]
    selectors = [one(manifests, "PodDisruptionBudget", "-web")["spec"]["selector"]["matchLabels"]]
    selectors += [each["spec"]["selector"] for each in manifests if each["kind"] == "Service"]
    assert len(selectors) == 4
    for selector in selectors:
        assert len([each for each in labels if selector.items() <= each.items()]) == 1


def test_each_floor_has_one_owner_with_a_spool_of_its_own(render: Render) -> None:
    manifests = render("--set", "engine.floors={main,north}")
    for floor in ("main", "north"):
        engine = one(manifests, "StatefulSet", f"-engine-{floor}")
        assert engine["spec"]["replicas"] == 1
        container = engine["spec"]["template"]["spec"]["containers"][0]
        assert {"name": "GF_FLOOR", "value": floor} in container["env"]
        assert {"name": "spool", "mountPath": "/var/lib/glassfloor/spool"} in container["volumeMounts"]
        assert [claim["metadata"]["name"] for claim in engine["spec"]["volumeClaimTemplates"]] == ["spool"]


def test_the_migration_runs_first_and_needs_nothing_of_the_release(render: Render) -> None:
    job = one(render(), "Job", "-migration")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    spec = job["spec"]["template"]["spec"]
    assert "serviceAccountName" not in spec
    assert "envFrom" not in spec["containers"][0]
    assert [volume["name"] for volume in spec["volumes"]] == ["scratch"]


def test_recordings_outlive_the_release_or_lie_in_a_given_claim(render: Render) -> None:
    claim = one(render(), "PersistentVolumeClaim", "-recordings")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    given = render("--set", "recordings.existingClaim=mine")
    assert not [each for each in given if each["kind"] == "PersistentVolumeClaim"]
    volumes = one(given, "Deployment", "-web")["spec"]["template"]["spec"]["volumes"]
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "mine"}} in volumes


def test_nobody_is_reached_but_the_web_and_webhooks_stay_out_of_the_house(render: Render) -> None:
    manifests = render()
    everything = one(manifests, "NetworkPolicy", "x-glassfloor")["spec"]
    assert everything["ingress"] == []
    assert set(everything["policyTypes"]) == {"Ingress", "Egress"}
    assert everything["podSelector"]["matchLabels"].keys() == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
    block = one(manifests, "NetworkPolicy", "-worker")["spec"]["egress"][0]["to"][0]["ipBlock"]
    assert {"169.254.0.0/16", "10.0.0.0/8", "127.0.0.0/8"} <= set(block["except"])
    assert not [each for each in render("--set", "networkPolicy.enabled=false") if each["kind"] == "NetworkPolicy"]


def test_the_image_is_pinned(render: Render) -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
    assert {template["spec"]["containers"][0]["image"] for _, template in pods(render())} == {f"glassfloor:{version}"}
    full = {template["spec"]["containers"][0]["image"] for _, template in pods(render("-f", FULL))}
    assert len(full) == 1
    assert full.pop().startswith("images.example/glassfloor@sha256:")


def test_a_changed_setting_restarts_the_pods(render: Render) -> None:
    def checksums(*options: str) -> set[str]:
        found = {
            template["metadata"].get("annotations", {}).get("checksum/settings")
            for _, template in pods(render(*options))
        }
        return {each for each in found if each}

    before, after = checksums(), checksums("--set", "settings.GF_PUBLIC_URL=https://other.example")
    assert len(before) == len(after) == 1
    assert before != after


@pytest.mark.parametrize("wrong", WRONG_VALUES)
def test_wrong_values_are_refused_by_name(helm: Helm, wrong: str) -> None:
    done = helm("template", "x", CHART, "--set", wrong)
    assert done.returncode != 0
    assert "values don't meet the specifications of the schema" in done.stderr
