package web

// giveJSON gives the newest edition as data: its frozen bytes, their hash, and the
// time of the next one.
func (h publicHandlers) giveJSON(c Ctx) error {
	if err := h.open(); err != nil {
		return err
	}
	i, err := h.issue(c.Request().Context())
	if err != nil {
		return err
	}
	return i.json.serve(c)
}

// giveCSV gives the newest edition for spreadsheets.
func (h publicHandlers) giveCSV(c Ctx) error {
	if err := h.open(); err != nil {
		return err
	}
	i, err := h.issue(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="figures.csv"`)
	return i.csv.serve(c)
}
