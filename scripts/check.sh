#!/usr/bin/env bash
# The whole gate, exactly as CI runs it: every step runs, whatever the ones before it said.
# With CHECK_SECOND_WITNESS=1 (nightly), what talks to DynamoDB runs over AWS's DynamoDB Local, too; needs Java 17.
# With CHECK_REPORT=FILE, appends one line a step ("passed NAME", "failed NAME" or "skipped NAME") and the tests' own counts.
set -uo pipefail
cd "$(dirname "$0")/.."

report=${CHECK_REPORT:-$(mktemp)}
tests=$(mktemp)
options=$(mktemp -d)
trap 'rm -rf "$tests" "$options"' EXIT
status=0

step() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    echo "passed $name" >>"$report"
  else
    echo "failed $name" >>"$report"
    status=1
  fi
}

step lint npm run -s lint
step types npm run -s types
step unused npm run -s unused
step package bash scripts/package/try-package.sh
step synth npm run -s synth
# The default stage is validated by its synth; what other stages may choose is only held against cdk-nag and cfn-lint.
step options env CDK_VALIDATION=false PATH="$PWD/node_modules/.bin:$PATH" node scripts/synth-options.ts "$options"
step regions env PATH="$PWD/node_modules/.bin:$PATH" node scripts/validate-regions.ts
if command -v cfn-lint >/dev/null; then
  step cfn-lint cfn-lint --non-zero-exit-code error cdk.out/*.template.json "$options"/*/*.template.json
  # The AWS budget of this stage is in another Region, in a stack of its own.
  step cfn-lint-in-a-region cfn-lint --non-zero-exit-code error --regions mx-central-1 -- \
    $(find "$options/without-function-urls" -name '*.template.json' ! -name '*-bill.*')
else
  printf '\n== cfn-lint\nskipped: it is not installed (pip install cfn-lint); the synth has validated the templates.\n'
  printf 'skipped cfn-lint\n' >>"$report"
fi
step bench npm run -s bench -- check
run_tests() { npm test -- --coverage 2>&1 | tee "$tests"; }
step tests run_tests
if [ "${CHECK_SECOND_WITNESS:-}" = 1 ]; then
  step 'second witness' npm run -s test:dynamodb-local
fi
# Jest closes with "Tests: 1 failed, 2 passed, 3 total"; a run without that line has told nothing, and fails.
closing=$(grep -E '^Tests: ' "$tests" | tail -n 1)
of() { sed -nE "s/.*[^0-9]([0-9]+) $1.*/\1/p" <<<"$closing"; }
tests_failed=$(of failed)
echo "tests $(of passed || true) ${tests_failed:-0}" >>"$report"
[ -n "$(of passed)" ] || status=1

printf '\n== summary\n'
grep -E '^(passed|failed|skipped) ' "$report"
exit "$status"
