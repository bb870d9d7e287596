import { describe, expect, test } from 'vitest'
import { linesWithoutSecrets, withoutSecrets } from '../../src/cli/fix/mask-secrets.ts'
import { unifiedDiff } from '../../src/cli/fix/unified-diff.ts'

describe('a diff of files with secrets', () => {
  test('ends its context before a line with a secret', () => {
    const before = 'token: hunter2\nkubelet-arg:\n- v=2\n'
    expect(unifiedDiff('config.yaml', before, before.replace('v=2', 'v=3'))).toBe(
      '--- a/config.yaml\n+++ b/config.yaml\n@@ -2,2 +2,2 @@\n kubelet-arg:\n-- v=2\n+- v=3\n',
    )
  })

  test('replaces the secret where its line itself changes, and says that it does', () => {
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
    [
      'x: |\n  -----BEGIN EC PRIVATE KEY-----\n  hunter2\n  -----END EC PRIVATE KEY-----\ny: 1',
      'x: |\n  (not shown)\n  (not shown)\n  (not shown)\ny: 1',
    ],
    ['"token":\n  "hunter2",\n"a": 1', '"token":\n  (not shown)\n"a": 1'],
  ])('is not shown: %j', (text, shown) => {
    expect(linesWithoutSecrets(text.split('\n')).join('\n')).toBe(shown)
  })

  test('is no context of a change, and is replaced where it changes', () => {
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
    'agent-token: "a b"',
    '  "token": "a",',
    'K3S_TOKEN=K10abcdef0123::server:x',
    'k3s server --token abc --x',
    '--etcd-servers=https://user:pw@10.0.0.1:2379',
    'bootstrap abcdef.0123456789abcdef',
    '    key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB',
    'etcd-s3-secret-key: abc',
  ])('with a secret loses it: %s', (line) => {
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
  ])('without a secret stays: %s', (line) => {
    expect(withoutSecrets(line)).toBe(line)
  })
})
