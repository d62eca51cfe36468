"""What comes in whole: compared with what stands, judged, then written; or only told, in a dry run."""
