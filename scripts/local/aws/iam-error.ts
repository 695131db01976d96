/** An error as the IAM API reports it; `message` is AWS's wording. */
export class IamError extends Error {
  override name = 'IamError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const noSuchEntity = (message: string) => new IamError('NoSuchEntity', 404, message);
