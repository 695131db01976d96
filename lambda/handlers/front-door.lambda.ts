import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { requestOverride } from '../use-cases/overrides/front-door.ts';
import { createDoor } from './front-door.ts';
import { frontDoorDeps } from './front-door-deps.ts';

const deps = frontDoorDeps(readEnvironment('front-door', process.env), import.meta.url);
const logger = new FunctionLogger('front-door');

export const handler = logger.handling(
  createDoor(
    (callerArn, body) => requestOverride(callerArn, body, deps),
    (message, keys) => logger.info(message, { ...keys }),
  ),
);
