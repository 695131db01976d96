import { Command } from 'commander';

/** Measurements anyone can repeat. What is loaded for one is not loaded for the others. */
const bench = new Command('bench').description('Measures what the documentation publishes.');

bench
  .command('record', { isDefault: true })
  .description('Measures ratios and counts, and writes docs/bench.json.')
  .action(async () =>
    console.log(JSON.stringify(await (await import('./bench/record.ts')).recordBench(), undefined, 2)),
  );
bench
  .command('check')
  .description(
    'The short form: fails where a ratio or a count is worse by more than a fifth than docs/bench.json has it.',
  )
  .action(async () => {
    const worse = await (await import('./bench/record.ts')).checkBench();
    for (const sentence of worse) console.error(sentence);
    if (worse.length > 0) process.exitCode = 1;
  });
bench
  .command('metering')
  .description('Capacity units of metering, per 1,000 invocations: counts that any machine repeats.')
  .action(async () => console.log(await (await import('./bench/metering.ts')).measureMetering()));
bench
  .command('parse')
  .description('How much slower than bare JSON.parse records are read and priced, with and without bodies.')
  .option('--json', 'print the ratios as one JSON object')
  .action(async ({ json }: { json?: boolean }) => {
    const measured = (await import('./bench/parse.ts')).measureParse();
    const { bodiesOff, bodiesOn } = measured.ratio;
    const text = `Bare JSON.parse takes ${bodiesOff} (bodies off) and ${bodiesOn} (bodies on) of the time of parse and price.`;
    console.log(json === true ? JSON.stringify(measured) : text);
  });
bench
  .command('population')
  .description(
    'Capacity units of one decision and of an idle sweep, with ten and with ten thousand principals.',
  )
  .action(async () => console.log(await (await import('./bench/population.ts')).measurePopulation()));
bench
  .command('latency')
  .description('Time from a log line to the alert and to the deny, over the local stack: on an idle machine.')
  .option('--runs <n>', 'so many people, one after the other', '200')
  .action(async ({ runs }: { runs: string }) =>
    console.log(await (await import('./bench/latency.ts')).measureLatency(Number(runs))),
  );
bench
  .command('emergency')
  .description(
    'How long a halt takes until it denies 95 % of the burn rate, by population and pace: arithmetic.',
  )
  .action(async () => console.log((await import('./bench/emergency.ts')).measureEmergency()));
bench
  .command('halt')
  .description('A halt over the local stack, from the order to the last deny: on an idle machine.')
  .option('--principals <n>', 'so many people', '300')
  .action(async ({ principals }: { principals: string }) =>
    console.log(await (await import('./bench/halt.ts')).measureHalt(Number(principals))),
  );

await bench.parseAsync();
