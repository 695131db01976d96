#!/usr/bin/env bash
# Packs the command from the files that a clone would have, installs the package into an empty folder, and runs it there.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$root"
mkdir "$work/clone" "$work/empty"
# As they are now, also what is not committed yet. The dependencies are those of `npm ci`.
git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done |
  xargs -0 cp --parents -t "$work/clone"
ln -s "$(readlink -f node_modules)" "$work/clone/node_modules"

cd "$work/clone"
npm pack --silent --pack-destination "$work" >/dev/null
cmp package.json "$root/package.json" || { echo 'npm pack has changed package.json.'; exit 1; }

cd "$work/empty"
# Nothing of the checkout, and no registry: the package brings all that it needs.
npm install --silent --no-audit --no-fund --offline "$work"/bedrock-budgeteer-*.tgz
installed=$(ls -A node_modules | grep -v '^\.' | tr '\n' ' ')
[ "$installed" = 'bedrock-budgeteer ' ] || { echo "The package has brought others along: $installed"; exit 1; }
kilobytes=$(du -sk node_modules | cut -f1)
[ "$kilobytes" -lt 25600 ] || { echo "Installed it takes $kilobytes kB; the limit is 25 MB."; exit 1; }
for file in LICENSE README.md dist/sbom.cdx.json dist/third-party-licenses.txt; do
  [ -s "node_modules/bedrock-budgeteer/$file" ] || { echo "The package lacks $file."; exit 1; }
done

budgeteer() { env -i PATH="$PATH" HOME=/nonexistent node_modules/.bin/budgeteer "$@"; }
version=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).version' "$root/package.json")
[ "$(budgeteer --version)" = "$version" ] || { echo "budgeteer --version is not $version."; exit 1; }
sample=$root/test/scripts/run/scenarios/three-users.jsonl
budgeteer replay "$sample" --json >replayed.json
node -e '
  const { principals } = JSON.parse(require("fs").readFileSync("replayed.json", "utf8"));
  const told = Object.keys(principals).sort().join();
  if (told !== "user/alice,user/bob,user/carol") throw new Error(`The replay tells of ${told || "nobody"}.`);
'
budgeteer --help | grep -q "^Examples:"
for shell in bash zsh fish; do budgeteer complete "$shell" | grep -q budgeteer; done
echo "The package of version $version works from an empty folder; installed it takes $kilobytes kB."
