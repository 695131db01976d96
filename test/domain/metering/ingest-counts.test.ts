import { addIngested, arrivedAt, nothingIngested } from '../../../lambda/domain/metering/ingest-counts.ts';

const at = (time: string) => new Date(`2026-11-22T${time}Z`);
const posted = (call: string) => ({ ...nothingIngested(), oldest: at(call) });

describe('The delays of a batch', () => {
  test('are those of its slowest call and of its longest waiting delivery', () => {
    const total = nothingIngested();
    addIngested(total, arrivedAt(posted('12:00:00'), at('12:00:09')));
    addIngested(total, arrivedAt(posted('12:00:20'), at('12:00:21')));

    expect(total).toMatchObject({ oldest: at('12:00:00'), arrived: at('12:00:09'), deliveryMs: 9_000 });
  });

  test('are not those of a delivery that brought nothing new', () => {
    const total = nothingIngested();
    addIngested(total, arrivedAt(nothingIngested(), at('11:00:00')));

    expect(total).toMatchObject({ arrived: undefined, deliveryMs: 0 });
  });

  test('are never negative, though clocks differ', () => {
    expect(arrivedAt(posted('12:00:01.500'), at('12:00:01')).deliveryMs).toBe(0);
  });
});
