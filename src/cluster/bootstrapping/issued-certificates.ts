import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { Certificate } from '../../security/certificate.ts'
import type { CertifiedNode } from './bootstrapping-plan.ts'

class ValidityTable implements ArenaTable {
  notBeforeS!: Float64Array
  notAfterS!: Float64Array

  layOut(columns: Columns): void {
    this.notBeforeS = columns.float64()
    this.notAfterS = columns.float64()
  }
}

/**
 * The certificates that the cluster has given to its nodes. A node's certificates differ in when they are valid alone,
 * and it uses the last.
 */
export class IssuedCertificates {
  private readonly table = new ValidityTable()
  private readonly nodes: readonly CertifiedNode[]
  private readonly nodeByCertificate: ReadonlyMap<string, number>

  constructor(arena: Arena, nodes: readonly CertifiedNode[]) {
    this.nodes = nodes
    this.nodeByCertificate = new Map(nodes.map(({ certificate }, node) => [certificate, node]))
    arena.attach(this.table, Math.max(1, nodes.length))
    nodes.forEach(({ notBeforeS, notAfterS }, node) => {
      this.table.notBeforeS[node] = notBeforeS
      this.table.notAfterS[node] = notAfterS
    })
  }

  notBeforeS(node: number): number {
    return this.table.notBeforeS[node]
  }

  notAfterS(node: number): number {
    return this.table.notAfterS[node]
  }

  /** By name: it has been given since the beginning; of nobody's certificate, never. */
  wasIssued(certificate: string): boolean {
    const node = this.nodeByCertificate.get(certificate)
    return node !== undefined && this.table.notBeforeS[node] !== this.nodes[node].notBeforeS
  }

  /** A new one, good from now on. */
  issue(node: number, nowS: number): void {
    const { notBeforeS, notAfterS } = this.nodes[node]
    this.table.notBeforeS[node] = nowS
    this.table.notAfterS[node] = nowS + (notAfterS - notBeforeS)
  }

  /** What a client has shown, as it was given to it last. */
  asIssued(certificate: Certificate | null): Certificate | null {
    const node = certificate === null ? undefined : this.nodeByCertificate.get(certificate.name)
    if (certificate === null || node === undefined) return certificate
    return { ...certificate, notBeforeS: this.table.notBeforeS[node], notAfterS: this.table.notAfterS[node] }
  }
}
