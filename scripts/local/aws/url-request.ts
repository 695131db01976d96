import type { IncomingHttpHeaders } from 'node:http';

export interface UrlRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
}
