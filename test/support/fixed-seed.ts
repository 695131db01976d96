import fc from 'fast-check';

/**
 * Properties are tried on the same cases each time, so that a red run means that a change broke something. To look for
 * cases that nobody has met yet: `FC_SEED=$RANDOM npm test`, or one file with a greater `numRuns`.
 */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });
