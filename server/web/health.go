package web

import (
	"context"
	"net/http"
	"time"
)

// health is what /healthz and /readyz say.
type health struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"` // one word: what is not ready
	Store  string `json:"store,omitempty"`  // Config.Mark
}

// showAlive says that the process answers.
func (s *Server) showAlive(c Ctx) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, health{OK: true, Store: s.Mark})
}

// showReady says whether what is posted now would be kept.
func (s *Server) showReady(c Ctx) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		s.Log.Warn("the store is not ready", "error", err)
		return c.JSON(http.StatusServiceUnavailable, health{Reason: "store"})
	}
	return c.JSON(http.StatusOK, health{OK: true})
}
