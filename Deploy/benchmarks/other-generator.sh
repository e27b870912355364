#!/usr/bin/env bash
# Decodes and encodes the same documents with our generated code and with the models that openapi-generator's swift6 generator
# makes of the same contract, in one run. Needs python3, a Java runtime and the package openapi-generator-cli from PyPI.
#   Deploy/benchmarks/other-generator.sh [FOLDER]   FOLDER keeps what is made; default .build/other-generator
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=7.26.0
folder=${1:-$root/.build/other-generator}

if ! command -v java > /dev/null; then
    echo "other-generator.sh: no Java runtime; install one, e.g. apt-get install openjdk-17-jre-headless" >&2
    exit 2
fi
if [ ! -d "$root/.build/checkouts/swift-http-types" ]; then
    echo "other-generator.sh: build the project first: make generate" >&2
    exit 2
fi

mkdir -p "$folder/Sources/Comparison"
if [ ! -x "$folder/venv/bin/openapi-generator-cli" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" --quiet install "openapi-generator-cli==$version"
fi
"$folder/venv/bin/openapi-generator-cli" generate --input-spec "$root/Specs/whatsapp/webhook.yaml" \
    --generator-name swift6 --output "$folder/generated" \
    --global-property models,modelDocs=false,modelTests=false,supportingFiles \
    --additional-properties projectName=WebhookModels > "$folder/generate.log" 2>&1 ||
    { tail -n 20 "$folder/generate.log" >&2; exit 1; }

link() { ln -sfn "$root/$1" "$folder/Sources/$2"; }
link Sources/CLibs/CJSONC CJSONC
link Sources/Runtime/ContractJSON ContractJSON
link Sources/Runtime/ContractRuntime ContractRuntime
link Sources/Contracts/WhatsAppWebhookContract WhatsAppWebhookContract
ln -sfn "$folder/generated/Sources/WebhookModels" "$folder/Sources/WebhookModels"
cp "$root/Deploy/benchmarks/Comparison.swift" "$root/Deploy/benchmarks/OtherModels.swift" \
    "$root/Tests/Benchmarks/WebhookPayload.swift" "$folder/Sources/Comparison/"
cat > "$folder/Package.swift" <<SWIFT
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "other-generator",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "$root/.build/checkouts/swift-http-types")],
    targets: [
        .systemLibrary(name: "CJSONC", pkgConfig: "json-c"),
        .target(name: "ContractJSON", dependencies: ["CJSONC"]),
        .target(
            name: "ContractRuntime",
            dependencies: ["ContractJSON", .product(name: "HTTPTypes", package: "swift-http-types")]),
        .target(name: "WhatsAppWebhookContract", dependencies: ["ContractRuntime"]),
        .target(name: "WebhookModels"),
        .executableTarget(name: "Comparison", dependencies: ["WhatsAppWebhookContract", "WebhookModels"]),
    ])
SWIFT
swift build --quiet --configuration release --package-path "$folder"
exec "$folder/.build/release/Comparison"
