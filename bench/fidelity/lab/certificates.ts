import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecked } from './processes.ts'

/** Makes a P-256 CA, a server certificate for `node` and a client certificate, in a temporary folder. */
export function makeCertificates(folder: string): void {
  const file = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  runChecked('openssl', [
    ...['req', '-x509', ...key, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-days', '2'],
    ...['-subj', '/CN=onpath-lab', '-addext', 'basicConstraints=critical,CA:TRUE'],
  ])
  for (const [name, extensions] of Object.entries(LEAVES)) {
    writeFileSync(file(`${name}.ext`), extensions)
    runChecked('openssl', [
      ...['req', ...key, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', `/CN=${name}`],
    ])
    runChecked('openssl', [
      ...['x509', '-req', '-in', file(`${name}.csr`), '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
      ...['-out', file(`${name}.pem`), '-days', '2', '-extfile', file(`${name}.ext`)],
    ])
  }
}

const LEAVES = {
  server: 'subjectAltName=DNS:node\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n',
  client: 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n',
}
