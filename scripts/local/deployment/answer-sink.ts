import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceResponse } from 'aws-lambda';

/** Where CloudFormation waits for the answers of custom resources: an address that is signed in AWS. */
export class AnswerSink {
  readonly url: string;
  /** So many answers are not taken. */
  refusing = 0;
  readonly #server: Server;
  readonly #answers = new Map<string, CloudFormationCustomResourceResponse>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.method !== 'PUT' || this.refusing > 0) {
        this.refusing -= 1;
        response.writeHead(503).end();
        return;
      }
      const answer = JSON.parse(text) as CloudFormationCustomResourceResponse;
      this.#answers.set(answer.RequestId, answer);
      response.writeHead(200).end();
    });
  }

  static async open(): Promise<AnswerSink> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return new AnswerSink(server);
  }

  answerTo(requestId: string): CloudFormationCustomResourceResponse | undefined {
    return this.#answers.get(requestId);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
