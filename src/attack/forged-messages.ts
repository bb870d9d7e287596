import { NONE } from '../engine/table.ts'
import { BODY, detailOf, numberOf, REQUEST_HEAD, RESPONSE_HEAD } from '../http/marks.ts'
import { type HttpDirectory, SWITCHING_PROTOCOLS } from '../http/message.ts'
import type { Content } from '../transport/rows.ts'
import { COVERED, type Contents } from '../transport/streams/content.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import { MESSAGE } from '../workload/messages.ts'
import type { PlannedResponse } from '../workload/planned-response.ts'

const OK = 200
/** The distance between request numbers: clients use 1, 3, 5 (RFC 9113 section 5.1.1; here in HTTP/1.1 too). */
const NEXT_REQUEST = 2

/** Writes attackers' forged messages, in the form of the messages of the host that they impersonate. */
export class ForgedMessages {
  private readonly contents: Contents
  private readonly directory: HttpDirectory
  /** The responses of honest servers, by request; undefined where the response is not known in advance. */
  private readonly answers: readonly (PlannedResponse | undefined)[]
  private readonly plainAnswer: number

  constructor(contents: Contents, directory: HttpDirectory, answers: readonly (PlannedResponse | undefined)[]) {
    this.contents = contents
    this.directory = directory
    this.answers = answers
    this.plainAnswer = directory.responses.findIndex(({ status }) => status === OK)
  }

  /** Writes a response as long as the honest one, up to `mostBytes`. `detail` comes from the request's head. */
  writeResponse(content: Content, request: number, detail: number, mostBytes: number): void {
    const answer = this.answers[request]
    const response = answer === undefined ? this.plainAnswer : answer.accepted
    if (response === NONE) return
    const { http1HeadBytes, status } = this.directory.responses[response]
    const honestBytes = answer?.body.kind === 'body' ? answer.body.bodyBytes : 0
    const bodyBytes = Math.max(0, Math.min(honestBytes, mostBytes - http1HeadBytes))
    const isWhole = bodyBytes === 0 && status !== SWITCHING_PROTOCOLS
    const number = numberOf(detail)
    const { contents } = this
    contents.appendMarked(content, http1HeadBytes, RESPONSE_HEAD, response, detailOf(number, isWhole), NONE, 0, request)
    if (bodyBytes > 0) this.writeBody(content, bodyBytes, detailOf(number, true), request)
  }

  /** Writes the same request again. `detail` comes from its response. */
  writeRequest(content: Content, request: number, detail: number): void {
    const { http1HeadBytes } = this.directory.requests[request]
    const next = detailOf(numberOf(detail) + NEXT_REQUEST, true)
    this.contents.appendMarked(content, http1HeadBytes, REQUEST_HEAD, request, next, NONE, 0, request)
  }

  /** Writes a record that does not decrypt. */
  writeGarbage(content: Content, lengthBytes: number): void {
    this.contents.appendMarked(content, lengthBytes, COVERED, 0, 0, NONE, 0, NONE)
  }

  private writeBody(content: Content, bodyBytes: number, detail: number, request: number): void {
    const { contents } = this
    const { nameHigh, nameLow, author } = contents.table
    const body = contents.create(
      derivedName(nameHigh[content], BODY),
      derivedName(nameLow[content], BODY),
      author[content],
    )
    contents.appendMarked(body, bodyBytes, MESSAGE, 0, 0, NONE, 0, NONE)
    contents.appendMarked(content, bodyBytes, BODY, bodyBytes, detail, body, 0, request)
    contents.drop(body)
  }
}
