import { describe, expect, it } from 'vitest'
import { problemsOf, SOUND, withEnd } from './sound.ts'

describe('loadScenario, identities,', () => {
  it('loadScenario refuses a CA where a certificate is needed', () => {
    expect(
      problemsOf(
        SOUND.replace(
          'paths:',
          'identities: { root: { kind: ca } }\npaths:\n  a: { from: master, to: node, tls: { identity: root } }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:12:49: error[contradiction]: root is of kind ca, and a certificate is needed
      12 |   a: { from: master, to: node, tls: { identity: root } }
                                                           ^^^^"
    `)
  })

  it('loadScenario refuses keys that a CA does not have', () => {
    expect(withEnd('identities:\n  root: { kind: ca, organizations: [a] }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:21: error[contradiction]: an identity of kind ca has no organizations
      16 |   root: { kind: ca, organizations: [a] }
                               ^^^^^^^^^^^^^
      hint: its keys are cn, key, sans, issuer, key-of, max-path-length, name-constraints, bundle, notBefore, notAfter"
    `)
  })

  it('loadScenario refuses an RSA key exchange with TLS 1.3 or with an ECDSA certificate', () => {
    const path = 'a: { from: master, to: node, tls: { key-exchange: rsa } }'
    expect(problemsOf(SOUND.replace('paths:', `paths:\n  ${path}`))).toMatchInlineSnapshot(`
      "test.yaml:11:53: error[contradiction]: TLS 1.3 has no RSA key exchange; TLS 1.2 has it
      11 |   a: { from: master, to: node, tls: { key-exchange: rsa } }
                                                               ^^^
      hint: add version: "1.2"
      test.yaml:11:53: error[contradiction]: an RSA key exchange needs an RSA key, and node-serving has an ecdsa-p256 key
      11 |   a: { from: master, to: node, tls: { key-exchange: rsa } }
                                                               ^^^
      hint: name a certificate with key: rsa-2048 as identity"
    `)
  })

  it('loadScenario refuses a certificate that ends before it begins', () => {
    expect(withEnd('identities:\n  c: { kind: certificate, notAfter: -1d }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:37: error[contradiction]: the certificate ends before it begins
      16 |   c: { kind: certificate, notAfter: -1d }
                                               ^^^"
    `)
  })

  it('loadScenario refuses an unknown issuer', () => {
    expect(withEnd('identities:\n  c: { kind: certificate, issuer: root }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:35: error[unknown-name]: no CA is named root
      16 |   c: { kind: certificate, issuer: root }
                                             ^^^^
      hint: declared: default-ca"
    `)
  })

  it('loadScenario refuses a token without an account', () => {
    expect(withEnd('identities:\n  t: { kind: service-account-token }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:3: error[missing-key]: the key account is missing in identities.t
      16 |   t: { kind: service-account-token }
             ^
      hint: write it like account: default/app"
    `)
  })
})
