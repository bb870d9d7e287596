import { expect, test } from 'vitest'
import {
  type BootstrapToken,
  hasBootstrapTokenExpired,
  type Token,
  tokenSizeBytes,
  verifyToken,
} from '../../src/security/bearer-token.ts'

const bound: Token = { name: 'app-token', account: 'default/app', audience: 'api', expiresS: 3607, boundPod: null }
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

test('a token that is bound to a pod dies with it, a token of the account alone does not', () => {
  const ofPod: Token = { ...bound, boundPod: 'app-1' }
  expect(verifyToken(ofPod, 'api', 0, false)).toBeNull()
  expect(verifyToken(ofPod, 'api', 0, true)).toBe('token-invalidated')
  expect(verifyToken(ofPod, 'api', 9999, true)).toBe('token-expired')
  expect(verifyToken(legacy, 'api', 0, true)).toBeNull()
})

test('a bootstrap token is over on the second, without a minute of grace', () => {
  const token: BootstrapToken = { name: 'join', id: 'abcdef', extraGroups: [], expiresS: 86_400 }
  expect(hasBootstrapTokenExpired(token, 86_399)).toBe(false)
  expect(hasBootstrapTokenExpired(token, 86_400)).toBe(true)
  expect(hasBootstrapTokenExpired({ ...token, expiresS: null }, 1e9)).toBe(false)
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

test('the name of the pod that a token is bound to is in it', () => {
  const claimsBytes = (boundPod: string) =>
    Math.floor(((tokenSizeBytes({ ...bound, boundPod }) - 90 - 342 - 2) * 3) / 4)
  expect(claimsBytes('a-name-of-twenty-two-c') - claimsBytes('ten-chars-')).toBe(12)
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
