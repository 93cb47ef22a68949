package api

import (
	"time"

	"kindred/api/cached"
	"kindred/api/web"
)

// keptAsset is an embedded file, for addresses without and with the hash of its content.
type keptAsset struct{ passing, forever cached.Fixed }

// newAssets makes the embedded files of the pages ready.
func newAssets(pages *web.Pages) map[string]*keptAsset {
	out := make(map[string]*keptAsset)
	for name, asset := range pages.Assets() {
		rep := &reply{typ: asset.Type, body: asset.Body}
		out[name] = &keptAsset{
			passing: newFixed(rep, asset.Hash, cached.Policy(time.Minute)),
			forever: newFixed(rep, asset.Hash, "public, max-age=31536000, immutable"),
		}
	}
	return out
}
