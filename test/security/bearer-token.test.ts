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

test('a bound token is valid for its audience until one minute after its expiry', () => {
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

test('a token that is bound to a pod becomes invalid when the pod is deleted, and an unbound token stays valid', () => {
  const ofPod: Token = { ...bound, boundPod: 'app-1' }
  expect(verifyToken(ofPod, 'api', 0)).toBeNull()
  expect(verifyToken(ofPod, 'api', 0, false)).toBeNull()
  expect(verifyToken(ofPod, 'api', 0, true)).toBe('token-invalidated')
  expect(verifyToken(ofPod, 'api', 9999, true)).toBe('token-expired')
  expect(verifyToken(legacy, 'api', 0, true)).toBeNull()
})

test('a bootstrap token expires exactly at its expiry second', () => {
  const token: BootstrapToken = { name: 'join', id: 'abcdef', extraGroups: [], expiresS: 86_400 }
  expect(hasBootstrapTokenExpired(token, 86_399)).toBe(false)
  expect(hasBootstrapTokenExpired(token, 86_400)).toBe(true)
  expect(hasBootstrapTokenExpired({ ...token, expiresS: null }, 1e9)).toBe(false)
})

test('the size of a token is that of three base64url parts joined by dots', () => {
  // {"alg":"RS256","kid":"<43>"} is 67 bytes: 90 characters; 256 bytes of signature: 342
  const payloadCharacters = (token: Token) => tokenSizeBytes(token) - 90 - 342 - 2
  expect(payloadCharacters(legacy)).toBe(Math.ceil((legacyClaims().length * 4) / 3))
  expect(tokenSizeBytes(bound)).toBeGreaterThan(tokenSizeBytes(legacy))
})

test('the size of a bound token is exactly that of its claims', () => {
  const claimsBytes = boundClaims('api', 'app-5d4f8c7b9d-x2x4z').length
  expect(tokenSizeBytes(bound)).toBe(90 + 1 + Math.ceil((claimsBytes * 4) / 3) + 1 + 342)
  const ofPod: Token = { ...bound, audience: 'https://konnectivity.example', boundPod: 'etcd-0' }
  const otherBytes = boundClaims('https://konnectivity.example', 'etcd-0').length
  expect(tokenSizeBytes(ofPod)).toBe(90 + 1 + Math.ceil((otherBytes * 4) / 3) + 1 + 342)
})

test('the claims of a bound token have the namespace twice and the account three times', () => {
  const payloadBytes = (token: Token) => Math.floor(((tokenSizeBytes(token) - 90 - 342 - 2) * 3) / 4)
  const added = (account: string) => payloadBytes({ ...bound, account }) - payloadBytes(bound)
  expect(added('default-x/app')).toBe(4)
  expect(added('default/app-x')).toBe(6)
})

test('a bound token contains the name of its pod', () => {
  const claimsBytes = (boundPod: string) =>
    Math.floor(((tokenSizeBytes({ ...bound, boundPod }) - 90 - 342 - 2) * 3) / 4)
  expect(claimsBytes('a-name-of-twenty-two-c') - claimsBytes('ten-chars-')).toBe(12)
})

/** The claims of a token in a Secret of Kubernetes 1.6, written by hand. */
function legacyClaims(): string {
  return (
    '{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"default",' +
    '"kubernetes.io/serviceaccount/secret.name":"app-token-abcde",' +
    '"kubernetes.io/serviceaccount/service-account.name":"app",' +
    '"kubernetes.io/serviceaccount/service-account.uid":"01234567-89ab-cdef-0123-456789abcdef",' +
    '"sub":"system:serviceaccount:default:app"}'
  )
}

/** The claims of a projected token of Kubernetes 1.30, written by hand. */
function boundClaims(audience: string, pod: string): string {
  const uid = '"uid":"01234567-89ab-cdef-0123-456789abcdef"'
  return (
    `{"aud":["${audience}"],"exp":1700003600,"iat":1700000000,` +
    '"iss":"https://kubernetes.default.svc.cluster.local","jti":"01234567-89ab-cdef-0123-456789abcdef",' +
    `"kubernetes.io":{"namespace":"default","node":{"name":"gke-cluster-1-default-pool-9f8e7d6c-wxyz",${uid}},` +
    `"pod":{"name":"${pod}",${uid}},"serviceaccount":{"name":"app",${uid}},"warnafter":1700003607},` +
    '"nbf":1700000000,"sub":"system:serviceaccount:default:app"}'
  )
}
