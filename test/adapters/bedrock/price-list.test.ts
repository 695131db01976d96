import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PricingClient } from '@aws-sdk/client-pricing';
import { AwsPriceList } from '../../../lambda/adapters/bedrock/price-list.ts';

it('reads every page of each of the three services, as plain texts', async () => {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text) as Record<string, string>;
    asked.push(body);
    const page = Number(body['NextToken'] ?? 0);
    const PriceList = [JSON.stringify({ product: { sku: `${body['ServiceCode']}-${page}` } })];
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ PriceList, ...(page < 2 && { NextToken: `${page + 1}` }) }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const client = new PricingClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const found: string[] = [];
  for await (const product of new AwsPriceList(client).products()) found.push(product);
  client.destroy();
  server.close();

  expect(found.every((product) => typeof product === 'string')).toBe(true);
  expect(found.map((product) => JSON.parse(product).product.sku)).toEqual(
    ['AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels'].flatMap((service) =>
      [0, 1, 2].map((page) => `${service}-${page}`),
    ),
  );
  expect(asked[0]).toMatchObject({ MaxResults: 100, FormatVersion: 'aws_v1' });
});
