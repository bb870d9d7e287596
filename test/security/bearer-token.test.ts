import { expect, test } from 'vitest'
import { type Token, tokenSizeBytes, verifyToken } from '../../src/security/bearer-token.ts'

const bound: Token = { name: 'app-token', account: 'default/app', audience: 'api', expiresS: 3607 }
const legacy: Token = { ...bound, expiresS: null }

test('a bound token is good for its audience and its time, and a minute more', () => {
  expect(verifyToken(bound, 'api', 0)).toBeNull()
  expect(verifyToken(bound, 'api', 3667)).toBeNull()
  expect(verifyToken(bound, 'api', 3668)).toBe('token-expired')
  expect(verifyToken(bound, 'konnectivity', 0)).toBe('wrong-audience')
  expect(verifyToken(bound, 'konnectivity', 9999)).toBe('wrong-audience')
})

test('a legacy token never expires', () => {
  expect(verifyToken(legacy, 'api', 100 * 365 * 86_400)).toBeNull()
  expect(verifyToken(legacy, 'konnectivity', 0)).toBe('wrong-audience')
})

test('sizes: three parts of base64url with dots between them', () => {
  // {"alg":"RS256","kid":"<43>"} is 67 bytes: 90 characters; 256 bytes of signature: 342
  const payloadCharacters = (token: Token) => tokenSizeBytes(token) - 90 - 342 - 2
  expect(payloadCharacters(legacy)).toBe(Math.ceil((legacyClaims().length * 4) / 3))
  expect(tokenSizeBytes(bound)).toBeGreaterThan(tokenSizeBytes(legacy))
})

test('a longer account is a longer token: a namespace twice, an account three times in bound claims', () => {
  const payloadBytes = (token: Token) => Math.floor(((tokenSizeBytes(token) - 90 - 342 - 2) * 3) / 4)
  const added = (account: string) => payloadBytes({ ...bound, account }) - payloadBytes(bound)
  expect(added('default-x/app')).toBe(4)
  expect(added('default/app-x')).toBe(6)
})

/** Written out by hand, as a secret of Kubernetes 1.6 holds it. */
function legacyClaims(): string {
  return (
    '{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"default",' +
    '"kubernetes.io/serviceaccount/secret.name":"app-token-abcde",' +
    '"kubernetes.io/serviceaccount/service-account.name":"app",' +
    '"kubernetes.io/serviceaccount/service-account.uid":"01234567-89ab-cdef-0123-456789abcdef",' +
    '"sub":"system:serviceaccount:default:app"}'
  )
}
