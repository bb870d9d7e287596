import { utf8Bytes } from '../../security/der.ts'
import { envelopeBytes, messageField, metadataField, stringField, UUID } from '../messages/protobuf.ts'

/** Returns the size in protobuf of the config map kube-root-ca.crt of a namespace. It is computed, not measured. */
export function rootCaBytes(namespace: string, caPemBytes: number): number {
  const type = { apiVersion: 'v1', kind: 'ConfigMap' }
  const data = messageField(2, stringField(1, 'ca.crt'), messageField(2, caPemBytes))
  return envelopeBytes(type, metadataField({ name: ROOT_CA, namespace, isStored: true }) + data)
}

export const ROOT_CA = 'kube-root-ca.crt'

/** The size of the secret that holds a service account's token (pkg/controller/serviceaccount/tokens_controller.go). */
export function tokenSecretBytes(
  namespace: string,
  account: string,
  name: string,
  caPemBytes: number,
  tokenBytes: number,
): number {
  const type = { apiVersion: 'v1', kind: 'Secret' }
  const annotation = (key: string, value: string) =>
    messageField(12, stringField(1, `kubernetes.io/service-account.${key}`), stringField(2, value))
  const entry = (key: string, bytes: number) => messageField(2, stringField(1, key), messageField(2, bytes))
  const raw =
    metadataField({ name, namespace, isStored: true }) +
    annotation('name', account) +
    annotation('uid', UUID) +
    entry('ca.crt', caPemBytes) +
    entry('namespace', utf8Bytes(namespace)) +
    entry('token', tokenBytes) +
    stringField(3, 'kubernetes.io/service-account-token')
  return envelopeBytes(type, raw)
}

/** The name that the tokens controller gives a service account's secret; the Node authorizer's graph uses the same. */
export function tokenSecretName(account: string): string {
  return `${account}-token-x2x4z`
}
