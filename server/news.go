package main

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/entendu/entendu/surveys"
)

// news gives what is public of an action, for those who asked to be told.
func (s *service) news(ctx context.Context, action, language string) (surveys.News, error) {
	a, err := s.store.GetAction(ctx, action)
	if err == nil && (!a.Cleared || len(a.Texts) == 0) {
		err = fmt.Errorf("action %s is not public: %w", action, fs.ErrNotExist)
	}
	if err != nil {
		return surveys.News{}, err
	}
	text := a.In(language)
	return surveys.News{Language: text.Language, Will: a.Will, Theme: text.Theme, Decision: text.Decision}, nil
}
