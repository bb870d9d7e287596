/**
 * The manifest of a controller that approves kubelets' serving-certificate requests (postfinance/kubelet-csr-approver).
 * It compares the common name with the requesting node, the DNS names with that name, and the addresses with the
 * prefixes. The service account and permissions are those of the project's chart.
 */
export const approverManifest = `# Approves the requests of kubelets for serving certificates (signer kubernetes.io/kubelet-serving).
# The service account and its permissions come with the chart of the project:
#   helm repo add kubelet-csr-approver https://postfinance.github.io/kubelet-csr-approver
#   helm install -n kube-system kubelet-csr-approver kubelet-csr-approver/kubelet-csr-approver
# Narrow PROVIDER_REGEX to the names of your nodes and PROVIDER_IP_PREFIXES to their addresses: what an approver does not
# check, a node can ask for.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kubelet-csr-approver
  namespace: kube-system
spec:
  replicas: 2
  selector:
    matchLabels:
      app: kubelet-csr-approver
  template:
    metadata:
      labels:
        app: kubelet-csr-approver
    spec:
      serviceAccountName: kubelet-csr-approver
      containers:
      - name: kubelet-csr-approver
        image: ghcr.io/postfinance/kubelet-csr-approver:v1.2.10
        args:
        - -metrics-bind-address
        - ":8080"
        - -health-probe-bind-address
        - ":8081"
        - -leader-election
        env:
        - name: PROVIDER_REGEX
          value: "^[a-z0-9.-]+$"
        - name: PROVIDER_IP_PREFIXES
          value: "0.0.0.0/0,::/0"
        - name: MAX_EXPIRATION_SEC
          value: "31622400"
        - name: BYPASS_DNS_RESOLUTION
          value: "false"
`
