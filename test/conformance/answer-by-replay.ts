import { profilesVariable } from './suite/ask-command.ts';
import { answerByReplay } from './this-meter.ts';

/** Answers one case: `node run.ts --command 'node answer-by-replay.ts {folder}'`. */
const answer = await answerByReplay(process.argv.slice(2), JSON.parse(process.env[profilesVariable] ?? '{}'));
console.log(JSON.stringify(answer));
