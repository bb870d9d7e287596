import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'

/** The parts of a simulation that the false servers of attackers are built from. */
export interface ForgedResponsesParts {
  readonly streams: ByteStreams
  readonly http: Http
  /** Responds to a request as the real server does. */
  readonly answers: HttpService
  /** Whether `answers` has a response. Without one the stream of a request is aborted. */
  readonly isAnswered: (request: number) => boolean
  /** Called before each response. */
  readonly onForged: (exchange: Exchange) => void
}

/** Responds to any client as an honest server would to an authorized one: it checks no credential. */
export class ForgedResponses implements HttpService {
  private readonly parts: ForgedResponsesParts

  constructor(parts: ForgedResponsesParts) {
    this.parts = parts
  }

  onRequest(exchange: Exchange): void {
    const { streams, http, answers, isAnswered, onForged } = this.parts
    if (!isAnswered(http.exchanges.request[exchange])) return streams.abort(http.exchanges.stream[exchange])
    onForged(exchange)
    answers.onRequest(exchange)
  }
}
