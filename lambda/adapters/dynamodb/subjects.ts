import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../../domain/control/alert.ts';
import type { SubjectState } from '../../domain/control/state.ts';
import { slotsOf } from '../../domain/control/subject.ts';
import type { BudgetSpec } from '../../domain/settings.ts';
import { subjectOf } from '../../domain/subject.ts';
import {
  type Commit,
  type DueItem,
  type EvaluatedAt,
  type KeptPace,
  type ListedPrincipal,
  type OutboxItem,
  type SubjectSnapshot,
  type Subjects,
  VersionConflictError,
} from '../../use-cases/ports/subjects.ts';
import type { Clock, Sleep } from '../../use-cases/ports/time.ts';
import { alertItem } from './alert-items.ts';
import { sumBalances } from './balance-items.ts';
import { catchUpItem } from './catch-up-jobs.ts';
import { dueItems, listedPrincipals } from './due-items.ts';
import { balanceKey, memberPrefix, outboxPrefix, sortKeys } from './keys.ts';
import { withLease } from './lease.ts';
import { paceOf, pacePut, principalListItem } from './pace-items.ts';
import { stateOf, versioned } from './stored-version.ts';
import { budgetItem, dueItemOf, evaluateItem, outboxItem, specOf, stateItem } from './subject-items.ts';
import { batchGet, type Item, type TransactItem, transactWrite } from './transact.ts';

export interface SubjectTables {
  readonly budgets: string;
  /** Only who decides writes alerts; the enforcer and ingest do without. */
  readonly alerts?: string;
}

/** Actions not acknowledged by then belong to the sweep. */
const outboxPatienceMs = 60_000;

export class DynamoDbSubjects implements Subjects {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: SubjectTables;
  readonly #clock: Clock;
  readonly #sleep: Sleep;

  constructor(client: DynamoDBDocumentClient, tables: SubjectTables, clock: Clock, sleep: Sleep) {
    this.#client = client;
    this.#tables = tables;
    this.#clock = clock;
    this.#sleep = sleep;
  }

  async load(
    subject: string,
    windows: readonly string[],
    slotCount = slotsOf(subjectOf(subject).scope),
  ): Promise<SubjectSnapshot> {
    const slots = Array.from({ length: slotCount }, (_, slot) => slot);
    const single = [sortKeys.state, sortKeys.budget, sortKeys.due];
    const own = subjectOf(subject).scope === 'principal' ? [...single, sortKeys.iam, sortKeys.pace] : single;
    const keys = [
      ...own.map((sk) => ({ pk: subject, sk })),
      ...windows.flatMap((window) => slots.map((slot) => balanceKey(subject, window, slot))),
    ];
    const items = await batchGet(this.#client, this.#tables.budgets, keys, this.#sleep, { consistent: true });
    const bySortKey = new Map(items.map((item) => [String(item['sk']), item]));
    const due = versioned('due time', bySortKey.get(sortKeys.due))?.['dueAt'];
    return {
      state: stateOf(bySortKey.get(sortKeys.state)),
      operatorSpec: specOf(bySortKey.get(sortKeys.budget)),
      balances: Object.fromEntries(
        windows.map((window) => [
          window,
          sumBalances(slots.map((slot) => bySortKey.get(balanceKey(subject, window, slot).sk))),
        ]),
      ),
      dueAt: typeof due === 'string' ? new Date(due) : undefined,
      taggedTeam: bySortKey.get(sortKeys.iam)?.['team'] as string | undefined,
      taggedTier: bySortKey.get(sortKeys.iam)?.['tier'] as string | undefined,
      pace: paceOf(bySortKey.get(sortKeys.pace)),
    };
  }

  async state(subject: string): Promise<SubjectState | undefined> {
    const Key = { pk: subject, sk: sortKeys.state };
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.budgets, Key, ConsistentRead: true }),
    );
    return stateOf(Item);
  }

  async definitions(subjects: readonly string[]): Promise<ReadonlyMap<string, BudgetSpec | undefined>> {
    const keys = subjects.flatMap((pk) => [
      { pk, sk: sortKeys.state },
      { pk, sk: sortKeys.budget },
    ]);
    const items = await batchGet(this.#client, this.#tables.budgets, keys, this.#sleep, {
      consistent: false,
      attributes: 'pk, sk, v, spec',
    });
    const known = items.filter(({ sk }) => sk === sortKeys.state).map(({ pk }) => String(pk));
    const specs = new Map(
      items.filter(({ sk }) => sk === sortKeys.budget).map((item) => [String(item['pk']), specOf(item)]),
    );
    return new Map(known.map((subject) => [subject, specs.get(subject)]));
  }

  async taggedMembers(team: string): Promise<readonly string[]> {
    const members: string[] = [];
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tables.budgets,
        KeyConditionExpression: 'pk = :team AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':team': team, ':prefix': memberPrefix },
        ProjectionExpression: 'sk',
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      members.push(...Items.map(({ sk }) => String(sk).slice(memberPrefix.length)));
    }
    return members;
  }

  async provision(subject: string, state: SubjectState): Promise<void> {
    const TableName = this.#tables.budgets;
    const ConditionExpression = 'attribute_not_exists(pk)';
    // Due at once: should its first evaluation fail for good, the sweep finds it all the same.
    await transactWrite(
      this.#client,
      [
        { Put: { TableName, Item: stateItem(subject, state), ConditionExpression } },
        { Put: { TableName, Item: dueItemOf(subject, this.#clock()) } },
        ...(subjectOf(subject).scope === 'principal'
          ? [{ Put: { TableName, Item: principalListItem(subject) } }]
          : []),
      ],
      this.#sleep,
    );
  }

  async commit(commit: Commit): Promise<void> {
    // Two writes of one item would be refused as a whole.
    let alerts = [
      ...new Map((commit.alerts ?? []).map((alert) => [`${alert.window}#${alert.id}`, alert])).values(),
    ];
    for (;;) {
      const fixed = this.#commitItems(commit);
      const refused = await transactWrite(
        this.#client,
        [...fixed, ...alerts.map((alert) => alertPut(this.#tables.alerts, alert))],
        this.#sleep,
      );
      if (refused.length === 0) return;
      // Its state, or the pace that comes with it, is no longer what was read.
      if (refused.some(({ index }) => index < fixed.length)) {
        throw new VersionConflictError(
          `${commit.subject} is no longer at version ${commit.expectedVersion}.`,
        );
      }
      // An alert that exists was sent for this window already, and stays sent once.
      const existing = new Set(refused.map(({ index }) => index - fixed.length));
      alerts = alerts.filter((_, index) => !existing.has(index));
    }
  }

  #commitItems(commit: Commit): TransactItem[] {
    const { subject, expectedVersion, state, outbox = [], spec, evaluate = false, pace, catchUp } = commit;
    const TableName = this.#tables.budgets;
    const put = (Item: Item): TransactItem => ({ Put: { TableName, Item } });
    const later = new Date(this.#clock().getTime() + outboxPatienceMs);
    return [
      {
        Put: {
          TableName,
          Item: stateItem(subject, state),
          ConditionExpression: 'version = :expected',
          ExpressionAttributeValues: { ':expected': expectedVersion },
        },
      },
      ...outbox.map((item) => put(outboxItem(item, later))),
      ...(spec ? [put(budgetItem(subject, spec, state.version))] : []),
      ...(spec === null ? [{ Delete: { TableName, Key: { pk: subject, sk: sortKeys.budget } } }] : []),
      ...(evaluate ? [put(evaluateItem(subject, state.version))] : []),
      // Evaluate may give up on the stream's record: what was committed is followed by the next sweep all the same.
      ...(evaluate || spec !== undefined
        ? [put({ ...dueItemOf(subject, this.#clock()), by: state.version })]
        : []),
      ...(pace === undefined ? [] : [{ Put: pacePut(TableName, subject, pace) }]),
      ...(catchUp === undefined ? [] : [put(catchUpItem(subject, state.version, catchUp))]),
    ];
  }

  async acknowledge({ subject, id }: OutboxItem): Promise<void> {
    const Key = { pk: subject, sk: outboxPrefix + id };
    await this.#client.send(new DeleteCommand({ TableName: this.#tables.budgets, Key }));
  }

  async requestEvaluation(subject: string): Promise<void> {
    const TableName = this.#tables.budgets;
    // A put of what is there already would leave no trace in the stream: each request is another one.
    const Item = evaluateItem(subject, randomUUID());
    const due = dueItemOf(subject, this.#clock());
    await transactWrite(
      this.#client,
      [{ Put: { TableName, Item } }, { Put: { TableName, Item: due } }],
      this.#sleep,
    );
  }

  /** An earlier due time stays: two concurrent evaluations must not undo each other's. */
  async setDue(subject: string, at: Date | undefined, seen?: EvaluatedAt): Promise<void> {
    const TableName = this.#tables.budgets;
    const now = (seen?.at ?? this.#clock()).toISOString();
    // Who asked after the reading, or by a later version, is not answered by it.
    const answered = seen ? '(attribute_not_exists(#by) OR #by <= :seen)' : undefined;
    const over = answered ? `(dueAt <= :now AND ${answered})` : 'dueAt <= :now';
    const asked = seen && {
      names: { ExpressionAttributeNames: { '#by': 'by' } },
      values: { ':seen': seen.version },
    };
    try {
      if (at === undefined) {
        await this.#client.send(
          new DeleteCommand({
            TableName,
            Key: { pk: subject, sk: sortKeys.due },
            ConditionExpression: over,
            ...asked?.names,
            ExpressionAttributeValues: { ':now': now, ...asked?.values },
          }),
        );
      } else {
        await this.#client.send(
          new PutCommand({
            TableName,
            Item: dueItemOf(subject, at),
            ConditionExpression: `attribute_not_exists(pk) OR ${over} OR dueAt > :at`,
            ...asked?.names,
            ExpressionAttributeValues: { ':now': now, ':at': at.toISOString(), ...asked?.values },
          }),
        );
      }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async keepPace(subject: string, kept: KeptPace): Promise<void> {
    await this.#unlessRefused(new PutCommand(pacePut(this.#tables.budgets, subject, kept)));
  }

  async raiseLater(alert: Alert): Promise<void> {
    const { subject, id } = alert;
    const Item = outboxItem({ subject, id, action: { type: 'alert', alert } }, this.#clock());
    await this.#client.send(new PutCommand({ TableName: this.#tables.budgets, Item }));
  }

  async raise(alert: Alert): Promise<void> {
    const { Put } = alertPut(this.#tables.alerts, alert);
    if (Put !== undefined) await this.#unlessRefused(new PutCommand(Put));
  }

  async #unlessRefused(command: PutCommand): Promise<void> {
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  due(now: Date): AsyncGenerator<readonly DueItem[]> {
    return dueItems(this.#client, this.#tables.budgets, now);
  }

  listPrincipals(cursor: string): AsyncGenerator<readonly ListedPrincipal[]> {
    return listedPrincipals(this.#client, this.#tables.budgets, cursor);
  }

  lease<T>(subject: string, holder: string, work: () => Promise<T>): Promise<T> {
    return withLease(
      { client: this.#client, table: this.#tables.budgets, clock: this.#clock },
      subject,
      holder,
      work,
    );
  }
}

function alertPut(table: string | undefined, alert: Parameters<typeof alertItem>[0]): TransactItem {
  if (table === undefined) throw new Error('This function has no access to alerts, so it cannot write one.');
  return {
    Put: { TableName: table, Item: alertItem(alert), ConditionExpression: 'attribute_not_exists(pk)' },
  };
}
