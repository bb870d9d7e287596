import { describe, expect, test } from 'vitest'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../src/http/http1-head.ts'

describe('the size of an HTTP/1.1 head', () => {
  test('the size of an HTTP/1.1 head counts method, target and Host of a request, then its other fields', () => {
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

  test('the size of an HTTP/1.1 head counts the authority as the target of a CONNECT', () => {
    const fields = [
      { name: ':authority', value: '10.0.0.1:10250' },
      { name: ':method', value: 'CONNECT' },
    ]
    expect(http1RequestHeadBytes(fields)).toBe('CONNECT 10.0.0.1:10250 HTTP/1.1\r\nHost: 10.0.0.1:10250\r\n\r\n'.length)
  })

  test.each([
    [
      'counts content-length of a response with a known length',
      '200',
      '2',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n',
    ],
    [
      'counts transfer-encoding of a response without a known length',
      '200',
      null,
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    ['counts no body field of a 101', '101', null, 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    [
      'counts a made-up phrase for a status that has none',
      '299',
      '0',
      'HTTP/1.1 299 status code 299\r\ncontent-length: 0\r\n\r\n',
    ],
  ])('the size of an HTTP/1.1 head: %s', (_, status, length, text) => {
    const lengthFields = length === null ? [] : [{ name: 'content-length', value: length }]
    expect(http1ResponseHeadBytes([{ name: ':status', value: status }, ...lengthFields])).toBe(text.length)
  })
})
