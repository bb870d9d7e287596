import { describe, expect, test } from 'vitest'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../src/http/http1-head.ts'

describe('a head of HTTP/1.1', () => {
  test('of a request names method, target and host, then its other fields', () => {
    const fields = [
      { name: ':authority', value: '10.0.0.1:10250' },
      { name: ':method', value: 'GET' },
      { name: ':path', value: '/healthz' },
      { name: ':scheme', value: 'https' },
      { name: 'accept-encoding', value: 'gzip' },
    ]
    const text = 'GET /healthz HTTP/1.1\r\nHost: 10.0.0.1:10250\r\nAccept-Encoding: gzip\r\n\r\n'
    expect(http1RequestHeadBytes(fields)).toBe(text.length)
  })

  test('of a CONNECT has the authority for a target', () => {
    const fields = [
      { name: ':authority', value: '10.0.0.1:10250' },
      { name: ':method', value: 'CONNECT' },
    ]
    expect(http1RequestHeadBytes(fields)).toBe('CONNECT 10.0.0.1:10250 HTTP/1.1\r\nHost: 10.0.0.1:10250\r\n\r\n'.length)
  })

  test.each([
    ['of a response with a known length', '200', '2', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'],
    [
      'of one without says that the body comes in chunks',
      '200',
      null,
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    ['of a switch of protocols has no body', '101', null, 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    [
      'of a status without a phrase of its own',
      '299',
      '0',
      'HTTP/1.1 299 status code 299\r\ncontent-length: 0\r\n\r\n',
    ],
  ])('%s', (_, status, length, text) => {
    const lengthFields = length === null ? [] : [{ name: 'content-length', value: length }]
    expect(http1ResponseHeadBytes([{ name: ':status', value: status }, ...lengthFields])).toBe(text.length)
  })
})
