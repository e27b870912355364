#!/usr/bin/env python3
"""Holds Compose, Kubernetes manifests and run.sh against each other: same services, no default secrets, nothing dangling.

Usage: check-manifests.py DEPLOY_FOLDER. Prints one line a finding; exit code 1 if there is any.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

SECRETS = {
    "POSTGRES_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY",
    "META_APP_SECRET", "META_VERIFY_TOKEN", "ADMIN_API_KEY", "INTERNAL_API_TOKEN", "ENCRYPTION_KEYS",
}


def url_variable(service):
    return service.upper().replace("-", "_") + "_URL"


def local_services(deploy):
    """Name and port of each service, from the one list that `make run` starts."""
    text = (deploy / "local/run.sh").read_text()
    listed = re.search(r"^SERVICES=\((.*?)\)", text, re.M | re.S).group(1)
    return dict(entry.split(":") for entry in listed.split())


def check_compose(path, expected):
    text = path.read_text()
    for name, operator in re.findall(r"\$\{(\w+)([^}]*)\}", text):
        if name in SECRETS and not operator.startswith(":?"):
            yield f"{path}: {name} must be required: ${{{name}:?}}"
    compose = yaml.safe_load(text)
    services = compose["services"]
    relay = {name: service for name, service in services.items() if (service.get("command") or [""])[0] == "serve"}
    for name in sorted(expected.keys() ^ relay.keys()):
        yield f"{path}: {name} is in only one of Compose and run.sh"
    for name, service in services.items():
        where = f"{path}: {name}"
        if "image" not in service:
            yield f"{where}: no image"
        for other, condition in (service.get("depends_on") or {}).items():
            if other not in services:
                yield f"{where}: depends on {other}, which is not there"
            elif condition["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{where}: waits for the health of {other}, which has no health check"
        for volume in service.get("volumes", []):
            if volume.split(":")[0] not in compose["volumes"]:
                yield f"{where}: volume {volume} is not declared"
    for name in expected.keys() & relay.keys():
        environment = relay[name]["environment"]
        port = environment.get("PORT")
        if relay[name]["command"][1] != name:
            yield f"{path}: {name} serves {relay[name]['command'][1]}"
        if port != expected[name]:
            yield f"{path}: {name} listens on {port}, run.sh says {expected[name]}"
        if environment.get(url_variable(name)) != f"http://{name}:{port}":
            yield f"{path}: {url_variable(name)} is not http://{name}:{port}"


def check_kubernetes(folder, expected):
    folders = {path.parent.name for path in folder.glob("services/*/kustomization.yaml")}
    for name in sorted(expected.keys() ^ folders):
        yield f"{folder}: {name} is in only one of Kubernetes and run.sh"
    for path in sorted(folder.rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            missing = [key for key in ("apiVersion", "kind") if key not in document]
            if missing:
                yield f"{path}: without {' and '.join(missing)}"
            for resource in document.get("resources", []) if document.get("kind") == "Kustomization" else []:
                if not (path.parent / resource).exists():
                    yield f"{path}: resource {resource} is not there"
            if document.get("kind") == "Secret" and any((document.get("stringData") or {}).values()):
                yield f"{path}: a secret with a value"
    addresses = yaml.safe_load((folder / "configuration.yaml").read_text())["data"]
    for name in expected:
        if addresses.get(url_variable(name)) != f"http://{name}":
            yield f"{folder}/configuration.yaml: {url_variable(name)} is not http://{name}"
    if shutil.which("kubectl"):
        yield from check_rendered(folder, expected)


def check_rendered(folder, expected):
    """What the kustomization makes of it; needs kubectl, which set-up does not install."""
    result = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        yield f"{folder}: {result.stderr.strip()}"
        return
    found = {}
    for document in yaml.safe_load_all(result.stdout):
        found[document["kind"], document["metadata"]["name"]] = document
    for name in expected:
        deployment = found.get(("Deployment", name))
        service = found.get(("Service", name))
        budget = found.get(("PodDisruptionBudget", name))
        if not (deployment and service and budget):
            yield f"{folder}: {name} lacks a Deployment, Service or PodDisruptionBudget"
            continue
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        selectors = [
            deployment["spec"]["selector"]["matchLabels"], service["spec"]["selector"],
            budget["spec"]["selector"]["matchLabels"],
        ]
        for selector in selectors:
            if selector.get("app.kubernetes.io/name") != name or not selector.items() <= labels.items():
                yield f"{folder}: {name}: selector {selector} does not mean its own pods {labels}"
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        if container["args"] != ["serve", name]:
            yield f"{folder}: {name} runs {container['args']}"
        if container["readinessProbe"]["httpGet"]["path"] != "/readyz":
            yield f"{folder}: {name} is not probed on /readyz"
        if container["livenessProbe"]["httpGet"]["path"] != "/healthz":
            yield f"{folder}: {name} is not probed on /healthz"


def main():
    deploy = Path(sys.argv[1])
    expected = local_services(deploy)
    findings = [*check_compose(deploy / "compose.yaml", expected), *check_kubernetes(deploy / "kubernetes", expected)]
    for finding in findings:
        print(f"error: {finding}", file=sys.stderr)
    sys.exit(1 if findings else 0)


main()
