import { BedrockClient, paginateListInferenceProfiles } from '@aws-sdk/client-bedrock';
import { AwsPriceList } from '../../lambda/adapters/bedrock/price-list.ts';
import { readLine } from '../../lambda/domain/metering/read-line.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';
import { compareWithBook } from '../../lambda/domain/pricing/price-list/compare.ts';
import { readPriceList } from '../../lambda/domain/pricing/price-list/read-price-list.ts';
import { resolveModel } from '../../lambda/domain/pricing/resolve-model.ts';
import { stages } from '../../lib/stages.ts';
import { declaredDeployment } from '../../scripts/budgeteer/deployment/choose-deployment.ts';
import { doctor } from '../../scripts/budgeteer/doctor/doctor.ts';
import { record } from '../support/records.ts';

/** What AWS answers today to the questions that need no deployment. Reads only. */
jest.setTimeout(180_000);

const target = () => declaredDeployment({}, process.env, stages);

it('answers every question of `doctor --before` in a form that it reads', async () => {
  const { json } = await doctor({ before: true }, target());

  expect(json.findings.filter(({ saw }) => saw.startsWith('Could not be seen'))).toEqual([]);
});

it('still writes the price list in the form that the parser knows', async () => {
  const products: string[] = [];
  for await (const product of new AwsPriceList().products()) products.push(product);
  const list = readPriceList(products, priceBook);
  const { counts } = compareWithBook(list, new Date().toISOString().slice(0, 10), priceBook);

  expect(list.rates.length).toBeGreaterThan(500);
  expect(counts.agreed).toBeGreaterThan(100);
});

it('has no inference profile of its own whose model the price book does not know', async () => {
  const { region } = target().aws;
  const pages = paginateListInferenceProfiles(
    { client: new BedrockClient({ region }) },
    { typeEquals: 'SYSTEM_DEFINED' },
  );
  const unknown: string[] = [];
  for await (const { inferenceProfileSummaries = [] } of pages) {
    for (const { inferenceProfileId = '' } of inferenceProfileSummaries) {
      const reading = readLine(JSON.stringify({ ...record({ user: 'any' }), modelId: inferenceProfileId }));
      if (reading.kind !== 'invocation') throw new Error(`${inferenceProfileId} is no model's name.`);
      const model = resolveModel(reading.invocation, {}, priceBook);
      if (model.kind === 'unknown') unknown.push(inferenceProfileId);
    }
  }

  expect(unknown).toEqual([]);
});
