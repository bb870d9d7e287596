import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'

/** Responds to any client as an honest server would to an authorized one: it checks no credential. */
export class ForgedResponses implements HttpService {
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly answers: HttpService
  private readonly isAnswered: (request: number) => boolean

  /** `answers` responds; a request for which `isAnswered` is false has no known response, and its stream is aborted. */
  constructor(streams: ByteStreams, http: Http, answers: HttpService, isAnswered: (request: number) => boolean) {
    this.streams = streams
    this.http = http
    this.answers = answers
    this.isAnswered = isAnswered
  }

  onRequest(exchange: Exchange): void {
    if (this.isAnswered(this.http.exchanges.request[exchange])) this.answers.onRequest(exchange)
    else this.streams.abort(this.http.exchanges.stream[exchange])
  }
}
