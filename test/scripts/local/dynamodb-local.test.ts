import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findJava, JavaMissingError } from '../../../scripts/local/java.ts';

const entry = join(import.meta.dirname, '..', '..', '..', 'scripts', 'local', 'dynamodb-local.ts');

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

test('a killed run leaves no database behind', async () => {
  const program = `
    const { startDynamoDbLocal } = await import(${JSON.stringify(entry)});
    console.log((await startDynamoDbLocal()).endpoint);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const endpoint = String(line).trim();
  expect(await answers(endpoint)).toBe(true);

  child.kill('SIGKILL');
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && (await answers(endpoint)))
    await new Promise((wait) => setTimeout(wait, 50));
  expect(await answers(endpoint)).toBe(false);
}, 90_000);

test('without Java the error says how to install it', () => {
  const nowhere = { PATH: '/nonexistent' };
  expect(() => findJava(nowhere)).toThrow(JavaMissingError);
  expect(() => findJava(nowhere)).toThrow(/install it with `.+`\.$/);
});
