import * as z from 'zod';

/** What CloudWatch Logs packs into one delivery. A text that is none reads as empty, and ends as a line that is none. */
export const subscriptionDeliverySchema = z.object({
  messageType: z.string(),
  logGroup: z.string().catch(''),
  logStream: z.string().catch(''),
  logEvents: z.array(z.object({ id: z.string().catch(''), message: z.string().catch('') })),
});

export type SubscriptionDelivery = z.output<typeof subscriptionDeliverySchema>;
