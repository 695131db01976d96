/** Channels of alerts beside the SNS topics. */

export const severities = ['info', 'warning', 'critical'] as const;
export const scopes = ['principal', 'role', 'team', 'account'] as const;
/** Where a webhook posts; the schema has the meaning of each field. */
export interface Webhook {
  name: string;
  secretArn: string;
  secretKeyArn?: string | undefined;
  format: 'slack' | 'json';
  minSeverity: (typeof severities)[number];
  scopes: (typeof scopes)[number][];
}

/** The topic that tells people of their own budget. */
export interface UserChannels {
  emailPattern?: string | undefined;
  contactTag: string;
}

/** The admins' channel, as its mark in an alert's item is called: a digest may take its place. */
export const topicChannel = 'topic';
/** One message for one webhook, as it waits in the queue: rendered already, so that its deliverer reads no budgets. */
export interface WebhookJob {
  readonly webhook: string;
  readonly subject: string;
  readonly sortKey: string;
  readonly message: {
    readonly subject: string;
    readonly body: string;
    readonly severity: string;
    readonly json: Readonly<Record<string, unknown>>;
  };
}
