import { describe, expect, test } from 'vitest'
import { HeaderFields } from '../../src/http/hpack/header-fields.ts'
import { HpackEncoder } from '../../src/packets/encode/hpack-encoder.ts'

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('HpackEncoder', () => {
  test('HpackEncoder writes the requests of RFC 7541 appendix C.4 as they stand there', () => {
    const fields = new HeaderFields()
    const encoder = new HpackEncoder(fields)
    const request = (...extra: (readonly [string, string])[]) =>
      fields.internAll([
        { name: ':method', value: 'GET' },
        { name: ':scheme', value: 'http' },
        { name: ':path', value: '/' },
        { name: ':authority', value: 'www.example.com' },
        ...extra.map(([name, value]) => ({ name, value })),
      ])
    expect(hex(encoder.encode(request(), 0))).toBe('828684418cf1e3c2e5f23a6ba0ab90f4ff')
    expect(hex(encoder.encode(request(['cache-control', 'no-cache']), 0))).toBe('828684be5886a8eb10649cbf')
    const last = fields.internAll([
      { name: ':method', value: 'GET' },
      { name: ':scheme', value: 'https' },
      { name: ':path', value: '/index.html' },
      { name: ':authority', value: 'www.example.com' },
      { name: 'custom-key', value: 'custom-value' },
    ])
    expect(hex(encoder.encode(last, 0))).toBe('828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf')
  })

  test('HpackEncoder begins with the size of the table where there is room for it', () => {
    const fields = new HeaderFields()
    const ids = fields.internAll([{ name: ':method', value: 'GET' }])
    expect(hex(new HpackEncoder(fields).encode(ids, 4))).toBe('3fe11f82')
    expect(hex(new HpackEncoder(fields).encode(ids, 1))).toBe('82')
  })
})
