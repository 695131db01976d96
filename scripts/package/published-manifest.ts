/** What of the checkout's package.json the package says of itself. */
const kept = ['name', 'version', 'description', 'keywords', 'license', 'type', 'bin', 'files'] as const;

/**
 * The package.json of the package: everything is in the bundle, so it names no dependency, and it runs no script.
 * @param manifest of the checkout
 * @param node the oldest version that the command runs on
 */
export function publishedManifest(
  manifest: Readonly<Record<string, unknown>>,
  node: string,
): Record<string, unknown> {
  return { ...Object.fromEntries(kept.map((key) => [key, manifest[key]])), engines: { node: `>=${node}` } };
}
