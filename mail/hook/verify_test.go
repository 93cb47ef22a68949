package hook

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestVerification runs the receiver that the documentation shows on a call as it is signed here, and on spoilt ones.
func TestVerification(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: apt-get install python3")
	}
	doc, err := os.ReadFile("../../docs/mail.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, ok := strings.Cut(string(doc), "```python\n")
	code, _, ok2 := strings.Cut(code, "```")
	if !ok || !ok2 {
		t.Fatal("docs/mail.md shows no receiver")
	}
	const stamp, body = "1614265330", `{"type":"digest.issue"}`
	for _, secret := range []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "0123456789abcdef"} {
		signed := Sign(secret, "webhook/issue/s1/7", stamp, []byte(body))
		for _, c := range []struct {
			signature, body string
			late            int
			want            string
		}{
			{signed, body, 0, "True"}, {"v1,zorb " + signed, body, 60, "True"}, {signed, body + " ", 0, "False"}, {signed, body, 3600, "False"}, {signed[:len(signed)-4] + "AAA=", body, 0, "False"},
		} {
			program := fmt.Sprintf("%s\ntime.time = lambda: %s + %d\nprint(genuine(%q, {'webhook-id': 'webhook/issue/s1/7', 'webhook-timestamp': %q, 'webhook-signature': %q}, %q.encode()))",
				code, stamp, c.late, secret, stamp, c.signature, c.body)
			out, err := exec.CommandContext(t.Context(), python, "-c", program).CombinedOutput()
			if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
				t.Errorf("%+v: %s, %v", c, got, err)
			}
		}
	}
}
