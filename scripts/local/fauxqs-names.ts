/** The only account that fauxqs knows. */
export const fauxqsAccount = '000000000000';

/** The ARN by which fauxqs knows a queue or topic of the local account. */
export const inFauxqs = (arn: string) => arn.replace(/:\d{12}:/, `:${fauxqsAccount}:`);

export const queueName = (urlOrArn: string) => urlOrArn.split(/[/:]/).at(-1) ?? '';
