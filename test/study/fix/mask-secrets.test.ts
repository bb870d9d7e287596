import { describe, expect, test } from 'vitest'
import { linesWithoutSecrets, withoutSecrets } from '../../../src/study/fix/mask-secrets.ts'
import { unifiedDiff } from '../../../src/study/fix/unified-diff.ts'

describe('a diff of files with secrets', () => {
  test('a diff with secrets ends its context before a line with a secret', () => {
    const before = 'token: hunter2\nkubelet-arg:\n- v=2\n'
    expect(unifiedDiff('config.yaml', before, before.replace('v=2', 'v=3'))).toBe(
      '--- a/config.yaml\n+++ b/config.yaml\n@@ -2,2 +2,2 @@\n kubelet-arg:\n-- v=2\n+- v=3\n',
    )
  })

  test('a diff with secrets has no context if the line before or after the change has a secret', () => {
    const text = 'token: hunter2\n- v=2\npassword: hunter3\n'
    expect(unifiedDiff('a', text, text.replace('v=2', 'v=3'))).toBe(
      '--- a/a\n+++ b/a\n@@ -2,1 +2,1 @@\n-- v=2\n+- v=3\n',
    )
  })

  test('a diff with secrets has the lines between changes, one of them a secret’s', () => {
    const text = 'a: 1\nb: 2\ntoken: hunter2\nc: 3\n'
    const diff = unifiedDiff('a', text, text.replace('a: 1', 'a: 2').replace('hunter2', 'hunter3'))
    expect(diff.split('\n').slice(3)).toEqual([
      '@@ -1,4 +1,4 @@',
      '-a: 1',
      '+a: 2',
      ' b: 2',
      '-token: (not shown)',
      '+token: (not shown)',
      ' c: 3',
      '',
    ])
  })

  test('a diff with secrets replaces the secret in a changed line, and says so', () => {
    const diff = unifiedDiff('unit', 'x --token=hunter2 --v=2\n', 'x --token=hunter2 --v=3\n')
    expect(diff).toContain('-x --token=(not shown) --v=2\n+x --token=(not shown) --v=3\n')
    expect(diff).toMatch(/^# a line that changes has a secret/)
  })
})

describe('a secret that goes on in the next lines', () => {
  test.each([
    [
      'token: |\n  hunter2\n\n  hunter3\nserver: https://a',
      'token: |\n  (not shown)\n\n  (not shown)\nserver: https://a',
    ],
    [
      '- agent-token: >- # of agents\n    hunter2\n  name: a',
      '- agent-token: >- # of agents\n    (not shown)\n  name: a',
    ],
    ['password:\n  hunter2\nname: a', 'password:\n  (not shown)\nname: a'],
    ['secret:\n  secretName: a\n', 'secret:\n  secretName: a\n'],
    ['secret:\n  items:\n  - key: a', 'secret:\n  items:\n  - key: a'],
    ['secret:\n  - a/b.c: 1', 'secret:\n  - a/b.c: 1'],
    ['secret:\n  a:b', 'secret:\n  (not shown)'],
    ['token: |2-\n  hunter2', 'token: |2-\n  (not shown)'],
    ['token: |\n  a: hunter2\n  b', 'token: |\n  (not shown)\n  (not shown)'],
    ['a:\n  token: |\n    hunter2\n  b: c', 'a:\n  token: |\n    (not shown)\n  b: c'],
    ['a:\n  token:\n  b', 'a:\n  token:\n  b'],
    ['- - token:\n    hunter2', '- - token:\n    hunter2'],
    ['token: |\n\thunter2  \nx: 1', 'token: |\n\t(not shown)  \nx: 1'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2', '(not shown)\n(not shown)'],
    ['-----BEGIN CERTIFICATE-----\nhunter2', '-----BEGIN CERTIFICATE-----\nhunter2'],
    [
      'x: |\n  -----BEGIN EC PRIVATE KEY-----\n  hunter2\n  -----END EC PRIVATE KEY-----\ny: 1',
      'x: |\n  (not shown)\n  (not shown)\n  (not shown)\ny: 1',
    ],
    ['token:\n  "hunter2 and\n  and more: of it"', 'token:\n  (not shown)\n  (not shown)'],
    ['token:\n  hunter+2: it', 'token:\n  (not shown)'],
    ['token:\n  -   name: web', 'token:\n  -   name: web'],
    ['token:\n  "name": web', 'token:\n  "name": web'],
    ['token:\n  name : web', 'token:\n  name : web'],
    ['"token":\n  "hunter2",\n"a": 1', '"token":\n  (not shown)\n"a": 1'],
  ])('a secret over several lines is not shown: %j', (text, shown) => {
    expect(linesWithoutSecrets(text.split('\n')).join('\n')).toBe(shown)
  })

  test('a secret over several lines is no context of a change, and is replaced where it changes', () => {
    const before = 'token: |\n  hunter2\nkubelet-arg:\n- v=2\n'
    expect(unifiedDiff('config.yaml', before, before.replace('v=2', 'v=3'))).toBe(
      '--- a/config.yaml\n+++ b/config.yaml\n@@ -3,2 +3,2 @@\n kubelet-arg:\n-- v=2\n+- v=3\n',
    )
    const diff = unifiedDiff('config.yaml', before, before.replace('hunter2', 'hunter3'))
    expect(diff).toContain('-  (not shown)\n+  (not shown)\n')
    expect(diff).not.toContain('hunter')
  })
})

describe('a line', () => {
  test.each([
    ['K3S_TOKEN=a b', 'K3S_TOKEN=(not shown) b'],
    ['{ "token": "a\\"b", "x": 1 }', '{ "token": (not shown), "x": 1 }'],
    ["token: 'a b', x", 'token: (not shown), x'],
    ['x --token a --password=b', 'x --token (not shown) --password=(not shown)'],
    ['x -token a', 'x -token (not shown)'],
    ['token a', 'token a'],
    ['client-key-data: a', 'client-key-data: (not shown)'],
    ['my.vpn-auth: a', 'my.vpn-auth: (not shown)'],
    ['token: "true"', 'token: "true"'],
    ['token: 123', 'token: 123'],
    ['token: 1234', 'token: (not shown)'],
    ['token: /a/b', 'token: /a/b'],
    ['token: /a?b', 'token: (not shown)'],
    ['token: truely', 'token: (not shown)'],
    ['a https://u:p@h/b and c://d@e', 'a https://(not shown)@h/b and c://(not shown)@e'],
    ['see https://h/b@c', 'see https://h/b@c'],
    ['K10abcdef01::server:x y', '(not shown) y'],
    ['K10abcdef0 y', 'K10abcdef0 y'],
    ['x eyJhbGciOiJ.eyJzdWI.sig-1 y', 'x (not shown) y'],
    ['x eyJhbGciOiJ.eyJzdWI y', 'x (not shown) y'],
    ['x eyJhbGci.a', 'x eyJhbGci.a'],
    ['abcdef.0123456789abcdef, x', '(not shown), x'],
    ['abcdefg.0123456789abcdef', 'abcdefg.0123456789abcdef'],
    [`x ${'a'.repeat(36)}== y`, 'x (not shown) y'],
    [`x ${'a'.repeat(35)} y`, `x ${'a'.repeat(35)} y`],
    [`/${'a'.repeat(36)}`, `/${'a'.repeat(36)}`],
    [`${'a'.repeat(36)}.b`, `${'a'.repeat(36)}.b`],
  ])('a line of a diff is shown only without its secrets: %j', (line, shown) => {
    expect(withoutSecrets(line)).toBe(shown)
  })

  test.each([
    'agent-token: "a b"',
    '  "token": "a",',
    'K3S_TOKEN=K10abcdef0123::server:x',
    'k3s server --token abc --x',
    '--etcd-servers=https://user:pw@10.0.0.1:2379',
    'bootstrap abcdef.0123456789abcdef',
    '    key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB',
    'etcd-s3-secret-key: abc',
  ])('a line with a secret is masked: %s', (line) => {
    const shown = withoutSecrets(line)
    expect(shown).toContain('(not shown)')
    expect(shown).not.toMatch(/a b|"a"|abc|K10|pw@|abcdef\.|LS0t/)
  })

  test.each([
    '--token-auth-file=/etc/tokens.csv',
    '--authentication-token-webhook=true',
    '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt',
    '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key',
    '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_X',
    'image: registry.k8s.io/kube-apiserver@sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
    'secretName: mine',
  ])('a line without a secret stays: %s', (line) => {
    expect(withoutSecrets(line)).toBe(line)
  })
})
