import { subjectOf } from '../../lambda/domain/subject.ts';
import { ownPath } from '../shared/naming.ts';

/**
 * ARN patterns of what enforcement must never change: break-glass paths and the named break-glass principals, what AWS
 * reserves, and our own roles. A name without a path is matched under every path.
 */
export function protectedArns(partition: string, breakGlass: readonly string[]): string[] {
  const iam = `arn:${partition}:iam::*`;
  return [
    `${iam}:user/break-glass/*`,
    `${iam}:role/break-glass/*`,
    `${iam}:role/aws-service-role/*`,
    `${iam}:role/aws-reserved/*`,
    `${iam}:role${ownPath}*`,
    ...breakGlass.flatMap((subject) => {
      const { type, name } = subjectOf(subject);
      const kind = type === 'session' ? 'role' : type;
      // A session is protected with its role: IAM has no ARN for less.
      return kind === 'user' || kind === 'role' ? [`${iam}:${kind}/${name}`, `${iam}:${kind}/*/${name}`] : [];
    }),
  ];
}
