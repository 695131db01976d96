import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { answerApproval } from '../use-cases/overrides/front-door.ts';
import { createDoor } from './front-door.ts';
import { frontDoorDeps } from './front-door-deps.ts';

const deps = frontDoorDeps(readEnvironment('approvals', process.env), import.meta.url);
const logger = new FunctionLogger('approvals');

export const handler = logger.handling(
  createDoor(
    (callerArn, body) => answerApproval(callerArn, body, deps),
    (message, keys) => logger.info(message, { ...keys }),
  ),
);
