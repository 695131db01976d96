import { setTimeout } from 'node:timers/promises';
import type { Clock, Sleep } from '../../use-cases/ports/time.ts';

export const systemClock: Clock = () => new Date();
export const systemSleep: Sleep = async (milliseconds) => {
  await setTimeout(milliseconds);
};
