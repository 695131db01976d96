import fc from 'fast-check';
import { guardrailUnits } from '../../../lambda/domain/metering/guardrail.ts';

const assessment = (usage: object) => ({ g1: { invocationMetrics: { usage } } });

describe('what guardrails assessed', () => {
  it('is summed over input and answers of a Converse trace', () => {
    const guardrail = {
      inputAssessment: assessment({ topicPolicyUnits: 1, contentPolicyUnits: 2, wordPolicyUnits: 0 }),
      outputAssessments: { g1: [{ invocationMetrics: { usage: { contentPolicyUnits: 3 } } }] },
    };

    expect(guardrailUnits({ trace: { guardrail } })).toEqual({ topicPolicy: 1, contentPolicy: 5 });
  });

  it('is summed over the list of answers, as some Converse traces and all InvokeModel traces have it', () => {
    const lists = [assessment({ contentPolicyUnits: 3 }), assessment({ contentPolicyUnits: 4 })];

    expect(guardrailUnits({ trace: { guardrail: { outputAssessments: lists } } })).toEqual({
      contentPolicy: 7,
    });
    expect(
      guardrailUnits({
        'amazon-bedrock-trace': {
          guardrail: { input: assessment({ sensitiveInformationPolicyUnits: 1 }), outputs: lists },
        },
      }),
    ).toEqual({ sensitiveInformationPolicy: 1, contentPolicy: 7 });
  });

  it('stands in the last event of a stream', () => {
    const last = {
      type: 'message_stop',
      'amazon-bedrock-trace': { guardrail: { input: assessment({ contentPolicyUnits: 1 }) } },
    };

    expect(guardrailUnits([{ type: 'message_start' }, '[DONE]', last])).toEqual({ contentPolicy: 1 });
  });

  it.each([undefined, null, [], {}, { trace: { guardrail: null } }, { trace: { guardrail: { input: 7 } } }])(
    'is unknown where no trace tells it: %j',
    (body) => {
      expect(guardrailUnits(body)).toBeUndefined();
    },
  );

  it('holds whole numbers above 0 only, of so many policies', () => {
    const usage = fc.dictionary(
      fc.constantFrom('aPolicyUnits', 'bUnits', '__proto__', 'xUnits '),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(usage, (counts) => {
        const units = guardrailUnits({ trace: { guardrail: { inputAssessment: assessment(counts) } } }) ?? {};

        expect(Object.values(units).every((count) => Number.isSafeInteger(count) && count > 0)).toBe(true);
      }),
    );
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `p${index}xUnits`.replace(/\d/g, (d) => 'abcdefghij'[Number(d)] ?? ''),
        1,
      ]),
    );

    expect(
      Object.keys(guardrailUnits({ trace: { guardrail: { inputAssessment: assessment(many) } } }) ?? {})
        .length,
    ).toBeLessThanOrEqual(20);
  });
});
